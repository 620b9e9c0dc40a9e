import { isDeepStrictEqual } from "node:util";

type Given<Wish> = { [Name in keyof Wish]?: Exclude<Wish[Name], undefined> };

interface Changes<Wish> {
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Given<Wish>;
}

/** Of what somebody wants to be so, what is not so yet. */
export function pickChanges<Wish extends object>(
  stored: Readonly<Record<keyof Wish, unknown>>,
  wish: Wish,
): Changes<Wish> {
  const isChange = (name: keyof Wish) => wish[name] !== undefined && !isDeepStrictEqual(stored[name], wish[name]);
  const names = (Object.keys(wish) as (keyof Wish)[]).filter(isChange);
  return {
    before: Object.fromEntries(names.map((name) => [name, stored[name]])),
    after: Object.fromEntries(names.map((name) => [name, wish[name]])) as Given<Wish>,
  };
}
