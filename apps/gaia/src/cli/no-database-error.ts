export class NoDatabaseError extends Error {
  constructor(folder: string) {
    super(
      `There is no database in ${folder}. Start Gaia or run \`gaia migrate\` to create it; ` +
        "GAIA_HOME and DATABASE_URL say where else it may be.",
    );
    this.name = "NoDatabaseError";
  }
}
