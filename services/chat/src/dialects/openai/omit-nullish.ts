type Defined<T> = { [Key in keyof T]?: NonNullable<T[Key]> };

/** OpenAI's `null` means "not given", and what is not given must not appear in a call. */
export function omitNullish<T extends object>(fields: T): Defined<T>;
export function omitNullish(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}
