import * as z from "zod";

/** Options that several commands have. */
export const jsonOption = z.boolean().default(false).meta({ description: "JSON instead of text" });
export const nameOption = z.string().min(1, "Empty").max(255, "Longer than 255 characters").optional();

export const mail = z.string().trim().toLowerCase().pipe(z.email("Not an e-mail address").max(255));
