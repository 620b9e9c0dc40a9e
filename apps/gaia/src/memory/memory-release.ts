// After a full collection much code is compiled anew, so it must not happen between two requests of a process in use.
const restingShare = 0.05;
const worthwhileBytes = 128 * 1024 * 1024;

export interface MemoryWatch {
  /** Bytes that V8 holds, with the buffers that live outside its heap. */
  readonly footprint: () => number;
  /** The part of the time since the last call that the process was busy. */
  readonly busyShare: () => number;
  readonly collect: () => void;
}

/** The result looks once: it collects when the process rested since the last look and has grown. */
export function createMemoryRelease({ footprint, busyShare, collect }: MemoryWatch): () => void {
  let settled = footprint();
  return () => {
    if (busyShare() > restingShare || footprint() < settled + worthwhileBytes) return;
    collect();
    settled = footprint();
  };
}
