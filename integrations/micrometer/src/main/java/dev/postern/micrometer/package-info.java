/**
 * {@link dev.postern.micrometer.ObservationListener} makes Micrometer's observations of calls and attempts, {@link
 * dev.postern.micrometer.MeterListener} counts tokens and measures streams. {@link dev.postern.micrometer.ObservationRunListener} and
 * {@link dev.postern.micrometer.MeterRunListener} do the same for agents and their tools; only these need {@code postern-agents}. Only
 * the two that make meters need {@code micrometer-core}.
 */
@NullMarked
package dev.postern.micrometer;

import org.jspecify.annotations.NullMarked;
