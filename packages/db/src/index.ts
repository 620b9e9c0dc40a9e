export type { Database, OpenDatabaseOptions } from "./database.ts";
export { DataFolderInUseError } from "./data-folder-in-use.ts";
export { migrate, type MigrationOutcome, type MigrationStep } from "./migrations/migrate.ts";
export { pendingMigrations } from "./migrations/pending-migrations.ts";
export { openDatabase } from "./open-database.ts";
export type { Tables } from "./tables.gen.ts";
export { appendEvent } from "./outbox/append-event.ts";
export { createOutboxRelay, type OutboxRelay, purgePublishedEvents } from "./outbox/outbox-relay.ts";
