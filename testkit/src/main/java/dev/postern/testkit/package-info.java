/**
 * Tools for tests of providers and applications: {@link dev.postern.testkit.ScriptedServer}, an HTTP server that follows a
 * script; {@link dev.postern.testkit.ScriptedModel}, a provider with fixed answers; {@link dev.postern.testkit.Recorder}, a
 * subscriber that detects violations of Reactive Streams; {@link dev.postern.testkit.Golden} files; {@link
 * dev.postern.testkit.EverySplit}, which tests decoders with all splits of the input; and {@link
 * dev.postern.testkit.ProviderContract}, the tests that each provider must pass.
 */
package dev.postern.testkit;
