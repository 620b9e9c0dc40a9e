export class DataFolderInUseError extends Error {
  readonly code = "DATA_FOLDER_IN_USE";
  readonly folder: string;

  constructor(folder: string) {
    super(
      `The data folder ${folder} is already in use by a running Gaia. ` +
        "Stop that process, or start this one with another data folder.",
    );
    this.name = "DataFolderInUseError";
    this.folder = folder;
  }
}
