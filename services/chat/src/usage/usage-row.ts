import type { Tables } from "@gaia/db";
import type { Insertable } from "kysely";

export type UsageRow = Insertable<Tables["usage_records"]>;
