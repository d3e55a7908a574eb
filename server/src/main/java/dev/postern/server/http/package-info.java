/**
 * The HTTP layer of the server, on Vert.x. Not exported, and it does not use models or agents.
 *
 * <p>No thread waits for a client or for a backend. An event loop reads heads and bodies and writes answers; handlers
 * run on {@code RequestPool}, because they parse large bodies and use stores. {@code HttpListener} has the options,
 * {@code Connections} limits connections and their silence, {@code RequestFlow} is the way of a request to its handler,
 * {@code ServerExchange} is a request with its answer, {@code PendingAnswer} and {@code EventRelay} pass results and
 * events on as soon as they are there.
 *
 * <p>Why Vert.x and not the JDK's HTTP server: that server has a thread for each request, notices a client that hangs up
 * only at the next write, and answers nobody while a few hundred clients send half a request.
 */
package dev.postern.server.http;
