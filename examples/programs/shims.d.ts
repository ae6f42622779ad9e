// The part of each framework's types that these programs use. In your project the framework brings its own types.
declare module "express" {
  export interface Request {
    /** Absent if the request has no body that a parser reads. */
    readonly body: Readonly<Record<string, unknown>> | undefined;
    readonly cookies: Readonly<Record<string, string | undefined>>;
    readonly params: Readonly<Record<string, string>>;
    readonly ip: string | undefined;
    readonly session: { subject?: string; pending?: string; proposal?: string };
  }
  export interface Response {
    status(code: number): this;
    set(name: string, value: string): this;
    cookie(name: string, value: string, options: object): this;
    clearCookie(name: string): this;
    json(body: unknown): unknown;
    redirect(path: string): unknown;
    render(view: string, data: object): unknown;
  }
  export type RequestHandler = (request: Request, response: Response) => unknown;
  export interface Express {
    get(path: string, handler: RequestHandler): unknown;
    post(path: string, handler: RequestHandler): unknown;
    delete(path: string, handler: RequestHandler): unknown;
  }
}

declare module "next/headers" {
  export function cookies(): Promise<{ get(name: string): { readonly value: string } | undefined }>;
}

declare module "next/navigation" {
  export function redirect(path: string): never;
}

interface D1Statement {
  bind(...values: readonly unknown[]): D1Statement;
  first<T>(column: string): Promise<T | null>;
  run(): Promise<{ readonly meta: { readonly changes: number } }>;
}

interface D1Database {
  prepare(query: string): D1Statement;
}
