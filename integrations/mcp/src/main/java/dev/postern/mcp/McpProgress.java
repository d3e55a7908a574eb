package dev.postern.mcp;

import dev.postern.CallContext;
import java.util.OptionalDouble;

/**
 * How far a call of a tool is, as the server says.
 *
 * @param tool the name of the tool on the server
 * @param progress grows during the call; its unit is the server's
 * @param total the value of {@code progress} at the end, if the server knows it
 * @param message a text for people; empty if the server sends none. It comes from the server: do not trust it
 * @param context the context of the call
 */
public record McpProgress(String tool, double progress, OptionalDouble total, String message, CallContext context) {}
