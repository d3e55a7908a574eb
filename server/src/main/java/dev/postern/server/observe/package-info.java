/**
 * What the server knows about each request when it is over, and the log of it. It knows nothing of HTTP servers: the server tells an
 * {@link dev.postern.server.observe.ObservedRequest} what happens, and listeners of calls add what the models did.
 */
package dev.postern.server.observe;
