/**
 * glibc keeps freed memory in reserve, and the more the larger the blocks that it has seen: after a burst of large
 * bodies a process would stay at three times its size. Large blocks go back to the system at once with these.
 * Source: https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html, mallopt(3)
 *
 * @public the image sets the same, which its test compares
 */
export const allocatorSettings = {
  MALLOC_ARENA_MAX: "2",
  MALLOC_MMAP_THRESHOLD_: "65536",
  MALLOC_TRIM_THRESHOLD_: "131072",
};

/**
 * The allocator reads its settings before a program begins, so this one begins again with them, in its own place and
 * under its own id; that takes some 20 ms. Whoever set one of them, or needs the channel to a parent, is left alone.
 */
export function tameAllocator(environment: NodeJS.ProcessEnv): void {
  const isSet = Object.keys(allocatorSettings).some((name) => environment[name] !== undefined);
  if (process.platform !== "linux" || isSet || process.channel !== undefined || process.execve === undefined) return;
  const programArguments = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  process.execve(process.execPath, programArguments, { ...environment, ...allocatorSettings });
}
