import { Component, type ReactNode } from "react";

/** A screen that broke says so and offers a way on; the engine and its data are untouched. */
export class Boundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };
  static getDerivedStateFromError() {
    return { failed: true };
  }
  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <main className="full">
        <div>
          <h1>This screen broke</h1>
          <p>Everything you typed and saved is on this laptop. Open the window again to go on.</p>
          <button className="button primary" type="button" onClick={() => window.location.reload()}>
            Open again
          </button>
        </div>
      </main>
    );
  }
}
