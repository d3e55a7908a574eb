/**
 * The transport beneath every provider: HTTP calls over the JDK's client, whose answers are streams with real
 * back-pressure.
 *
 * <p>A provider describes a call as an {@link dev.postern.http.Operation}: the request, the
 * {@link dev.postern.http.Decoder} of the answer, the meaning of an error. {@link dev.postern.http.HttpTransport} does
 * the rest: attempts, timeouts, demand, cancellation. {@link dev.postern.http.SseDecoder} and
 * {@link dev.postern.http.WholeBody} are the decoders that most need.
 *
 * <p>Decoders and operations are plain objects that one thread at a time calls. Threads are known to {@code
 * DecodedStream} with its {@code Exchange}, and to the {@code Relay} between two attempts:
 *
 * <pre>
 * subscriber &lt;- Relay &lt;- DecodedStream -drives-&gt; Decoder
 *               (attempts)  |        ^
 *                         Exchange (HttpClient: bytes, one chunk when asked)
 * </pre>
 */
@NullMarked
package dev.postern.http;

import org.jspecify.annotations.NullMarked;
