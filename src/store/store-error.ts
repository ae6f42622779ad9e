// What stores throw: whether a write was applied in spite of it, and how an error of ours describes it.
import { OtpError } from "../errors.ts";
import { TimeUp } from "./step/time-limit.ts";

/** The fields by which drivers say what happened. */
interface DriverError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly errcode?: unknown;
  readonly cause?: unknown;
  /** Prisma keeps the error of a driver adapter here. */
  readonly meta?: { readonly driverAdapterError?: unknown } | null;
  /** Prisma's driver adapters: what happened, for example `DatabaseNotReachable`, or only the name of the database. */
  readonly kind?: unknown;
  /** Prisma's driver adapters: the code of the database. */
  readonly originalCode?: unknown;
}

/** Query builders wrap the error of the driver in one of their own. */
const MAX_DEPTH = 3;

/** The error and its causes, the outermost first. */
export function* causesOf(error: unknown): Generator<DriverError> {
  let cause = error;
  for (let depth = 0; depth <= MAX_DEPTH && typeof cause === "object" && cause !== null; depth++) {
    const error: DriverError = cause;
    yield error;
    cause = error.cause ?? error.meta?.driverAdapterError;
  }
}

// PostgreSQL: serialization_failure and deadlock_detected. MySQL and MariaDB: lock wait timeout and deadlock. SQLite: another
// connection is writing. In each case the database has rolled the statement back.
const NOT_APPLIED = ["40001", "40P01", "ER_LOCK_WAIT_TIMEOUT", "ER_LOCK_DEADLOCK"];
const MYSQL_NOT_APPLIED = [1205, 1213];
const SQLITE_BUSY = 5;

/** True when the database says that the statement was definitely not applied: the same as losing a race. */
export function isNotApplied(error: unknown): boolean {
  for (const { code, errno, errcode } of causesOf(error)) {
    if (typeof code === "string" && (NOT_APPLIED.includes(code) || /^SQLITE_BUSY(_|$)/.test(code))) return true;
    if (MYSQL_NOT_APPLIED.includes(errno as number)) return true;
    // The lower byte of an extended SQLite code is the code.
    if (code === "ERR_SQLITE_ERROR" && ((errcode as number) & 255) === SQLITE_BUSY) return true;
  }
  return false;
}

/** How a driver for MySQL or MariaDB says that there is a record already. */
export function isDuplicateKey(error: unknown): boolean {
  for (const { code, errno } of causesOf(error)) if (errno === 1062 || code === "ER_DUP_ENTRY") return true;
  return false;
}

function isMissingTable(error: unknown): boolean {
  for (const { code, errno, message, kind } of causesOf(error)) {
    if (kind === "TableDoesNotExist") return true;
    if (code === "42P01" || code === "ER_NO_SUCH_TABLE" || errno === 1146) return true;
    // SQLite has no code for it.
    if (typeof message === "string" && message.startsWith("no such table")) return true;
  }
  return false;
}

/** Class and code of an error. Never its text, which may hold parts of the record. */
export function describeCause(error: unknown): string {
  if (error instanceof TimeUp) return error.message;
  const { name } = (error as { constructor?: { name?: unknown } } | null | undefined)?.constructor ?? {};
  const named = typeof name === "string" && /^[A-Za-z_$][\w$]{0,63}$/.test(name) ? name : "Error";
  const hint = isMissingTable(error) ? ": the table does not exist, create it with the statement of schema()" : "";
  for (const { code, errno } of causesOf(error)) {
    const value = [code, errno].find(isCode);
    if (value !== undefined) return `${named}, code ${value}${describeAdapter(error)}${hint}`;
  }
  return `${named}${describeAdapter(error)}${hint}`;
}

/** What a driver adapter of Prisma says. The code of Prisma's own error is the same for every failed query. */
function describeAdapter(error: unknown): string {
  for (const { kind, originalCode } of causesOf(error)) {
    if (typeof kind === "string" && /^(?:[A-Z][a-z]{1,20}){2,6}$/.test(kind)) return `, ${kind}`;
    if (isCode(originalCode)) return `, code ${originalCode} of the database`;
  }
  return "";
}

function isCode(value: unknown): boolean {
  return (typeof value === "string" && /^[A-Z0-9_]{1,40}$/.test(value)) || Number.isSafeInteger(value);
}

export function failedToRead(cause: unknown): OtpError {
  return new OtpError("store-failed", `the store failed to read (${describeCause(cause)})`, { cause });
}

export function failedToWrite(cause: unknown): OtpError {
  return new OtpError("store-failed", `the store failed to write (${describeCause(cause)})`, { cause });
}

/** @param cause - undefined if the store did not throw. */
export function uncertain(cause: unknown): OtpError {
  const why = cause === undefined ? "" : ` (${describeCause(cause)})`;
  return new OtpError("store-uncertain", `it is not known whether a write was applied${why}`, { cause });
}

export function refusedByStore(): OtpError {
  const likely = "the row or the table is probably missing";
  return new OtpError("store-refused", `the store refuses to write although the record is as expected: ${likely}`);
}
