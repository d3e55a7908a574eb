/**
 * Tools of MCP servers (Model Context Protocol) as tools of agents.
 *
 * <p>{@link dev.postern.mcp.McpClient} talks to one server, over streamable HTTP or with a process of its own. It speaks the
 * protocol versions 2026-07-28, 2025-11-25 and 2025-06-18.
 *
 * <pre>
 * McpClient: ToolCatalog (the tools; ToolLister reads them) and ScopedSessions (one SessionHolder for each run or session)
 *              SessionHolder: the current Session, which Handshake opens
 *                Session: the requests under way (Pending), above a Link: HttpLink or StdioLink
 *              ToolCallRun: one call of a tool
 * </pre>
 *
 * <p>{@code Session} and {@code Pending} handle concurrency: an answer, a timeout, a cancel and the end of the connection may come
 * at any time and on any thread, and the first of them counts. No lock is held while code of the application runs.
 */
@NullMarked
package dev.postern.mcp;

import org.jspecify.annotations.NullMarked;
