export * from "./define.ts";
export * from "./errors.ts";
export * from "./permissions.ts";
export * from "./principal.ts";
export { maximumTokenLength } from "./auth.ts";
export type { AuditAction } from "./audit.ts";
export {
  type AccessResource,
  type AccessRule,
  type AccessStatement,
  type AccessStatements,
  isPlainPath,
  type Selector,
  trickyPath,
} from "./access.ts";
export * as access from "./access.ts";
export type { ApiKey } from "./api-keys.ts";
export * as apiKeys from "./api-keys.ts";
export * as auditTrail from "./audit-trail.ts";
export * as audit from "./audit.ts";
export * as auth from "./auth.ts";
export * from "./chat/completion-request.ts";
export * from "./chat/completion-response.ts";
export * from "./chat/embeddings.ts";
export * from "./chat/messages-request.ts";
export * from "./chat/messages-response.ts";
export type { ChatRequest, FlatChatRequest, Model } from "./chat/operations.ts";
export type { Persona, PersonaSettings } from "./chat/personas.ts";
export type { Conversation, ConversationHit, ConversationMessage } from "./chat/conversations.ts";
export type { ChatMessageEvent } from "./chat/events.ts";
export * as chat from "./chat/index.ts";
export type { AccountSession, AccountUser } from "./accounts.ts";
export * as accounts from "./accounts.ts";
export type { IdentitySession, IdentityUser } from "./identity.ts";
export * as identity from "./identity.ts";
export * as gateway from "./gateway.ts";
export * as grants from "./grants.ts";
export * as invitations from "./invitations.ts";
export * as roles from "./roles.ts";
export * as shares from "./shares.ts";
export * as teams from "./teams.ts";
export * as workspaces from "./workspaces.ts";
export * as system from "./system.ts";
export { allContracts, allEvents } from "./all.ts";
