/**
 * Example programs. {@code examples/run} lists them. Each shows one feature in one file; its method {@code run} is the
 * place to begin. {@link dev.postern.examples.Example} chooses the server for all examples except Bedrock. Without
 * settings, the server is {@link dev.postern.server.standin}.
 */
package dev.postern.examples;
