package dev.postern.testkit;

/**
 * The tests that each provider must pass, for any protocol: what it does with a server that answers, cuts, stalls, refuses and
 * repeats the key, and what it does when its caller cancels. A subclass, in the tests of the provider, builds the provider and the
 * messages of its protocol; the tests provide the server and its faults. They run with JUnit 5 and AssertJ.
 *
 * <pre>{@code
 * class MyProviderTest extends ProviderContract {
 *     protected LlmProvider provider(URI server, String key, Timeouts timeouts, RetryPolicy retries) { … }
 *     protected Reply answer(String text) { … }                  // a whole answer
 *     protected Reply error(int status, String message) { … }
 *     protected String streamType() { … }                        // the content type of a stream
 *     protected byte[] opening() { … }                           // what comes before the first text
 *     protected byte[] delta(String text) { … }                  // one ContentDelta
 *     protected byte[] ending() { … }                            // what comes after the last text
 * }
 * }</pre>
 *
 * <p>Override {@link #backend} if failures name another provider, and {@link #request} if the protocol needs more than a model and
 * a text. Further tests of the subclass can use {@link #server}, {@link #patient} and {@link #stream}.
 *
 * <p>The tests are in the classes above this one, one for each subject.
 */
public abstract non-sealed class ProviderContract extends ErrorContract {
    /** For subclasses. */
    protected ProviderContract() {}
}
