//! Prints the TypeScript bindings; `cargo xtask gen` writes them to `ui/src/api/generated.ts`.
fn main() {
    print!("{}", satchel_client::api::bindings::typescript());
}
