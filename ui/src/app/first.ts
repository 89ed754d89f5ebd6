// The page that was open last, begun before anything is drawn.
import { call, client } from "../api";
import { firstAsks, lastPage } from "../api/early";
import { domainOf } from "../domains";

/** Takes the first answers, those that fail are asked for again by the page; done when the script of the page that was open last is here. */
export async function loadLastPage() {
  for (const [command, args] of firstAsks())
    void client.prefetchQuery({ queryKey: [command, args], queryFn: () => call(command, args) });
  // A script that cannot be read is said by the page that needs it.
  await domainOf([lastPage()])
    ?.pages?.load()
    .catch(() => undefined);
}
