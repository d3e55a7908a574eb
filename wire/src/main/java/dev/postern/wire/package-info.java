/**
 * Readers and writers of the JSON that a gateway speaks over HTTP: requests, answers, events of a stream, errors and lists of
 * models, with the names of the headers. Server and client use the same classes, so the reader restores exactly what the
 * writer was given.
 *
 * <ul>
 *   <li>The writers write the whole model, except {@link dev.postern.CallOptions}, so they never write keys or credentials;
 *   <li>{@link dev.postern.wire.RequestReader} also reads the forms of OpenAI, Anthropic and Bedrock, ignores unknown fields,
 *       and refuses invalid values with the path of the field;
 *   <li>{@link dev.postern.wire.GatewayJson} reads and writes single values, such as a message, and lists of them;
 *   <li>{@link dev.postern.wire.EventReader} reads events without building a tree; each stream needs its own reader;
 *   <li>{@link dev.postern.wire.ErrorWriter} removes addresses of backends and stack traces.
 * </ul>
 *
 * <p>All classes except {@code EventReader} are stateless and thread-safe.
 */
@NullMarked
package dev.postern.wire;

import org.jspecify.annotations.NullMarked;
