/**
 * A gateway somewhere else as a provider: {@link dev.postern.client.GatewayClient} asks another gateway, ours or the Python
 * one, in the format of {@link dev.postern.wire}. Requests and answers come through as they were said, with what a backend
 * wants back, so an application that moves its backends behind a gateway changes one line.
 */
@NullMarked
package dev.postern.client;

import org.jspecify.annotations.NullMarked;
