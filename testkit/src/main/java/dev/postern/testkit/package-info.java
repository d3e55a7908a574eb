/**
 * Tests of applications and providers.
 *
 * <p>For applications: {@link dev.postern.testkit.FakeLlm}, a provider that answers from a script, with its {@link
 * dev.postern.testkit.FakeClock}; {@link dev.postern.testkit.StreamProbe}, which checks a stream event by event; {@link dev.postern.testkit.WireServer}, a model server on
 * a real socket, with faults; {@link dev.postern.testkit.RecordingProxy}, which records the exchanges with a real server in a
 * {@link dev.postern.testkit.Recording}, and {@link dev.postern.testkit.ReplayServer}, which answers from it; {@link
 * dev.postern.testkit.OpenCalls}, which waits until listeners were told the end of calls.
 *
 * <p>For authors of providers: {@link dev.postern.testkit.ProviderContract}, the tests that each provider must pass; {@link
 * dev.postern.testkit.InterceptorContract}, the same for interceptors; {@link
 * dev.postern.testkit.ScriptedServer}, an HTTP server that follows a script; {@link dev.postern.testkit.Recorder}, a subscriber
 * of any items that detects violations of Reactive Streams; and {@link dev.postern.testkit.EverySplit}, which tests decoders with
 * all splits of the input.
 *
 * <p>{@code ProviderContract} and {@code InterceptorContract} need JUnit 5 and AssertJ, {@code EverySplit} needs AssertJ; the
 * others need the JDK and Postern.
 */
@NullMarked
package dev.postern.testkit;

import org.jspecify.annotations.NullMarked;
