/**
 * {@link dev.postern.micrometer.ObservationListener} makes Micrometer's observations of calls and attempts, {@link
 * dev.postern.micrometer.MeterListener} counts tokens and measures streams. Only the latter needs {@code micrometer-core}.
 */
@NullMarked
package dev.postern.micrometer;

import org.jspecify.annotations.NullMarked;
