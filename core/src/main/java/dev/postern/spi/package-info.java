/**
 * The interface between providers and configuration files: a {@link dev.postern.spi.ProviderFactory}, which is found by
 * {@link java.util.ServiceLoader}, creates a provider from {@link dev.postern.spi.Settings}.
 *
 * <p>{@link dev.postern.spi.CallSettings} reads the settings that all HTTP providers share: timeouts, retries and
 * headers.
 */
@NullMarked
package dev.postern.spi;

import org.jspecify.annotations.NullMarked;
