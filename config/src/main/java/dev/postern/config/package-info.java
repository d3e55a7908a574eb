/**
 * Gateways from files: {@link dev.postern.config.GatewayLoader} reads YAML or JSON and builds what it describes.
 *
 * <p>The way of a file: {@code SourceText} (bounded text), {@code DocumentReader} (a tree of {@code Node}s, with aliases
 * and merges done and a line for each), {@code Values} (plain values with variables expanded), {@code Sections} (what of it
 * is ours), {@code Blueprint} (backends and routes), {@code AgentDeclarations} (agents).
 */
@NullMarked
package dev.postern.config;

import org.jspecify.annotations.NullMarked;
