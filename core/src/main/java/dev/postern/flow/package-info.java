/**
 * Building blocks for reactive streams, and the rules about threads. Exported to Postern's own modules only.
 *
 * <p>A publisher records each signal and wakes a {@link dev.postern.flow.SerialLoop}, whose pass acts on all signals.
 * {@link dev.postern.flow.Relay} connects one upstream after another to the same subscriber: attempts, backends, turns.
 * {@link dev.postern.flow.Dispatcher} decides on which thread code runs. {@link dev.postern.flow.Timer} is the clock.
 * {@link dev.postern.flow.Signals} calls subscribers of the application, which may throw. {@link
 * dev.postern.flow.Fatal} recognises errors of the virtual machine. {@link dev.postern.flow.SharedHttpClient} makes a
 * client of the JDK whose tasks the {@code Dispatcher} runs.
 *
 * <p>Two classes are here because all packages of the core need them: {@link dev.postern.flow.SecretNames} and {@link
 * dev.postern.flow.EnclosingCall}.
 */
@NullMarked
package dev.postern.flow;

import org.jspecify.annotations.NullMarked;
