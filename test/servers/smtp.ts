// A mail server for tests: as much of SMTP (RFC 5321) as a client needs to hand over a message, over loopback.
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";

export interface Mail {
  readonly to: string;
  /** Headers and body, as they came over the line. */
  readonly data: string;
}

export interface SmtpServer {
  readonly url: string;
  readonly mails: readonly Mail[];
  /** The next so many connections are told that the server is busy. */
  beBusy(times: number): void;
  close(): Promise<void>;
}

export async function smtpServer(): Promise<SmtpServer> {
  const mails: Mail[] = [];
  const sockets = new Set<Socket>();
  let busy = 0;

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    const say = (reply: string) => socket.write(`${reply}\r\n`);
    if (busy > 0) {
      busy--;
      say("421 try again later");
      socket.end();
      return;
    }
    let to = "";
    let data: string[] | undefined;
    const commands: Readonly<Record<string, (line: string) => void>> = {
      EHLO: () => say("250 localhost"),
      HELO: () => say("250 localhost"),
      MAIL: () => say("250 ok"),
      RCPT: (line) => {
        to = /<(.*)>/.exec(line)?.[1] ?? "";
        say("250 ok");
      },
      DATA: () => {
        data = [];
        say("354 end with a dot");
      },
      QUIT: () => {
        say("221 bye");
        socket.end();
      },
    };
    createInterface({ input: socket }).on("line", (line) => {
      if (data === undefined) {
        const command = commands[line.slice(0, 4).toUpperCase()];
        if (command === undefined) say("502 not known");
        else command(line);
      } else if (line === ".") {
        mails.push({ to, data: data.join("\n") });
        data = undefined;
        say("250 taken");
      } else {
        // Section 4.5.2: a line that begins with a dot was given another one.
        data.push(line.replace(/^\./, ""));
      }
    });
    say("220 localhost");
  });

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    beBusy(times) {
      busy = times;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
