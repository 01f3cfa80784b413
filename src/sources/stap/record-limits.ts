/** Bounds of one record, whoever prints it. */
export const maxFrames = 128;
export const maxProcesses = 64;
/** Lines between the beginning and the end. */
export const maxRecordLines = 256;
/** UTF-16 units of all lines of a record, and of any one line. */
export const maxRecordLength = 65_536;
/** UTF-16 units of one process's arguments. */
export const maxCommandLength = 1024;
