/**
 * Gateways from files. {@link dev.postern.config.GatewayLoader} reads YAML or JSON and starts a {@link
 * dev.postern.config.RunningGateway}: a gateway with its agents.
 *
 * <p>A file passes through these classes, none of which is public: {@code ConfigText} (text of limited length), {@code
 * YamlSource} or {@code JsonSource} (tokens), {@code DocumentReader} (a tree of {@code Node}s with their lines, in which
 * aliases are resolved), {@code Sections} (the sections of this gateway), {@code SettingsReader} (plain values, in which
 * variables are replaced), {@code LlmSection} (backends and routes) and {@code AgentsSection} (agents). What only files of
 * the Python gateway have is in {@code dev.postern.config.python}.
 */
@NullMarked
package dev.postern.config;

import org.jspecify.annotations.NullMarked;
