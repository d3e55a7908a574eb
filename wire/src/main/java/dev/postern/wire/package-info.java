/**
 * The gateway's own JSON, both ways: requests, answers, the events of a stream, errors and lists of models, and the names
 * of the headers beside them. A server and a client of a gateway use the same classes, so what one writes the other reads
 * as it was.
 *
 * <ul>
 *   <li>The writers say all that the words can say, but never how a call is made: {@link dev.postern.CallOptions}, hence
 *       keys and credentials, stay out;
 *   <li>{@link dev.postern.wire.RequestReader} takes requests of many dialects, and refuses with the field's path what it
 *       cannot take; fields that it does not know mean nothing;
 *   <li>{@link dev.postern.wire.EventReader} reads a stream without a tree; one reader belongs to one stream;
 *   <li>{@link dev.postern.wire.ErrorWriter} is what keeps addresses of backends and stack traces from the callers.
 * </ul>
 *
 * <p>All but {@code EventReader} are functions without a state, for any number of threads.
 */
@NullMarked
package dev.postern.wire;

import org.jspecify.annotations.NullMarked;
