/**
 * Programs to read and to run: {@code examples/run} lists them. Each shows one thing in one file, from its method
 * {@code run} downwards. {@link dev.postern.examples.Example} chooses the server that all but Bedrock talk to, and
 * {@link dev.postern.server.standin} is that server where no other is configured.
 */
package dev.postern.examples;
