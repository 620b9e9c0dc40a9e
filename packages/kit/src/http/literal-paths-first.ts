/** Sorted so that `/conversations/search` is asked before `/conversations/{conversation_id}`, which matches it too. */
export function literalPathsFirst<Route extends { readonly path: string }>(routes: readonly Route[]): Route[] {
  return routes.toSorted((a, b) => compare(shapeOf(a.path), shapeOf(b.path)));
}

/** A letter for each segment: a parameter's comes behind that of a word. */
function shapeOf(path: string): string {
  return path
    .split("/")
    .map((segment) => (segment.startsWith("{") ? "p" : "a"))
    .join("");
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
