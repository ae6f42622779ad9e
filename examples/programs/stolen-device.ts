// Trusted devices: the cookie that replaces the code, the list for the user, and the end of a device that was stolen.
import type { Request, Response } from "express";
import type { Accounts } from "otp-core/account";

export function openDevices(accounts: Accounts) {
  return {
    /** After the password: whether this browser may leave out the code. */
    async skipsCode(req: Request, res: Response, subject: string): Promise<boolean> {
      const device = await accounts.recognise({ subject, deviceToken: req.cookies.device });
      if (device === null) {
        res.clearCookie("device");
        return false;
      }
      // A token is replaced once a day. If the replaced token comes back later, the cookie was copied, and the device ends.
      if (device.deviceToken !== null) {
        const expires = new Date(device.expiresAt);
        res.cookie("device", device.deviceToken, { httpOnly: true, secure: true, sameSite: "lax", expires });
      }
      return true;
    },

    /** What the page "trusted devices" lists. */
    async list(subject: string) {
      const { devices } = await accounts.status(subject);
      return devices.map(({ device, label, seenAt }) => ({ device, label: label ?? "Device", seenAt }));
    },

    /** "I lost this device." `false`: the user has no such device. */
    end: (subject: string, device: string) => accounts.revoke({ subject, device }),

    /** Call it when the password changes: the attacker may have trusted a device. */
    passwordChanged: (subject: string) => accounts.revokeAll(subject),
  };
}
