package dev.postern.mcp;

/**
 * What a server says of itself. It is not verified.
 *
 * @param name the name of the server; empty if it says none
 * @param version the version of the server; empty if it says none
 * @param protocol the version of the protocol that is spoken with it, such as {@code 2025-11-25}
 * @param instructions how to use the server, for a system prompt; empty if it says nothing
 */
public record McpServerInfo(String name, String version, String protocol, String instructions) {}
