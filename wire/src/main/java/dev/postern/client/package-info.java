/**
 * A client for a gateway that runs elsewhere: {@link dev.postern.client.GatewayClient} is a provider that calls a Postern
 * gateway, or the Python <i>Agentic Primitives Gateway</i>, in the format of {@link dev.postern.wire}. Requests and answers
 * pass unchanged, including data that a backend needs back, so an application that moves its backends behind a gateway
 * changes one line.
 */
@NullMarked
package dev.postern.client;

import org.jspecify.annotations.NullMarked;
