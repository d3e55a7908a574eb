/**
 * The HTTP transport of all providers: calls over the JDK's client, whose answers are streams with back-pressure.
 *
 * <p>A provider describes a call as an {@link dev.postern.http.Operation}: the request, the {@link
 * dev.postern.http.Decoder} of the answer, the meaning of an error. {@link dev.postern.http.HttpTransport} does the
 * rest: attempts, timeouts, demand, cancellation. {@link dev.postern.http.SseDecoder} and {@link
 * dev.postern.http.WholeBody} are the decoders that most providers need. {@link dev.postern.http.WireLog} and {@link
 * dev.postern.http.WireRecorder} show what goes over the wire.
 *
 * <p>Decoders and operations are called by one thread at a time. {@code DecodedStream}, its {@code Exchange}, and the
 * {@code Relay} between attempts deal with signals of several threads:
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
