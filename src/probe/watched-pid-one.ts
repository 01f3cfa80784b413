/** The systemd that is being watched. */
export interface WatchedPidOne {
  /** Its pid, as the kernel's events name it: 1, or another where it is a container's. */
  readonly rootPid: number;
  /** Where processes are shown by just those pids. */
  readonly procfs: string;
}
