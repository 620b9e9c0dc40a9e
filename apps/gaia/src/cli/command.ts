import type { Environment } from "@gaia/kit/config/load-config";
import * as z from "zod";
import type { ExitCode } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { UsageError } from "./usage-error.ts";

/** What commands have of the world outside. */
export interface World {
  readonly output: Output;
  /** Settings, with those of `.env` in them. */
  readonly environment: Environment;
  readonly now: () => Date;
  readonly fetch: typeof fetch;
}

export interface Command {
  /** One or two words: `doctor`, `keys create`. */
  readonly name: string;
  readonly summary: string;
  readonly arguments: readonly Field[];
  readonly options: readonly Field[];
  /** `given` has the values under the names of the fields. Throws `UsageError` for what does not fit. */
  execute(world: World, given: Readonly<Record<string, unknown>>): Promise<ExitCode>;
}

interface Field {
  readonly name: string;
  /** As it is typed: `--create-user`, `<id>`. */
  readonly label: string;
  readonly isFlag: boolean;
  readonly isRequired: boolean;
  readonly placeholder: string;
  readonly summary: string;
}

interface CommandDefinition<Shape extends z.ZodRawShape> {
  readonly name: string;
  readonly summary: string;
  /** Which of the input's fields have a place instead of a name. */
  readonly arguments?: readonly (keyof Shape & string)[];
  readonly input: z.ZodObject<Shape>;
  readonly run: (world: World, input: z.output<z.ZodObject<Shape>>) => Promise<ExitCode>;
}

/** The input's schema is the only declaration of a command's options: parsing and help follow from it. */
export function defineCommand<Shape extends z.ZodRawShape>(definition: CommandDefinition<Shape>): Command {
  const { name, summary, arguments: places = [], input, run } = definition;
  const isPlace = (field: string) => places.some((place) => place === field);
  const fields = Object.entries(input.shape).map(([field, schema]) => describeField(field, schema, isPlace(field)));
  return {
    name,
    summary,
    arguments: fields.filter((field) => isPlace(field.name)),
    options: fields.filter((field) => !isPlace(field.name)),
    async execute(world, given) {
      const parsed = input.safeParse(given);
      if (!parsed.success) throw misfit(fields, parsed.error, given);
      return run(world, parsed.data);
    },
  };
}

const Meta = z.object({ placeholder: z.string().default("text"), description: z.string().default("") });

function describeField(name: string, schema: z.core.$ZodType, isPlace: boolean): Field {
  const accepts = (value: unknown) => z.safeParse(schema, value).success;
  const { placeholder, description } = Meta.parse(z.globalRegistry.get(schema) ?? {});
  const optionName = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return {
    name,
    label: isPlace ? `<${placeholder}>` : `--${optionName}`,
    isFlag: accepts(true),
    isRequired: !accepts(undefined),
    placeholder,
    summary: description,
  };
}

function misfit(fields: readonly Field[], error: z.ZodError, given: Readonly<Record<string, unknown>>): UsageError {
  const lines = error.issues.map(({ path, message }) => {
    const field = fields.find(({ name }) => name === path[0]);
    if (field === undefined) return message;
    return given[field.name] === undefined ? `${field.label} is missing` : `${field.label}: ${message}`;
  });
  return new UsageError(lines.join("\n"));
}
