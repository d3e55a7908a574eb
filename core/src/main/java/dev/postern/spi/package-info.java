/**
 * How a provider offers itself to configuration files: a {@link dev.postern.spi.ProviderFactory}, which is found by
 * {@link java.util.ServiceLoader}, makes a provider of {@link dev.postern.spi.Settings}.
 *
 * <p>{@link dev.postern.spi.CallSettings} reads what is alike for all providers that speak HTTP: timeouts, retries and the
 * client. {@link dev.postern.spi.Suggestion} finds what somebody meant who misspelt a name.
 */
@NullMarked
package dev.postern.spi;

import org.jspecify.annotations.NullMarked;
