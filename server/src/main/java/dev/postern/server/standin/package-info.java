/**
 * A stand-in for a model server, so that the gateway server and the examples run on a machine without a model. Nothing here
 * shows how to use Postern: it is the server's side of OpenAI's protocol.
 */
package dev.postern.server.standin;
