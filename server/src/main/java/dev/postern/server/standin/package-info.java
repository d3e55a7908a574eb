/**
 * A stand-in for a model server, so that the gateway server and the examples run on a machine without a model. It is
 * the server side of OpenAI's protocol and does not use a provider of Postern. It uses the JDK's HTTP server, which is
 * enough for the few clients of a demonstration.
 */
package dev.postern.server.standin;
