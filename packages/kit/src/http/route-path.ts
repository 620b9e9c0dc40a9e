/** `/conversations/{conversation_id}` as hono writes it: `/conversations/:conversation_id`. */
export function toRoutePath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}
