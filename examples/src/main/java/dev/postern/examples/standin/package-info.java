/**
 * A stand-in for a server, so that the examples run on a machine without a model. Nothing here shows how to use Postern;
 * it is the other side of the wire.
 */
package dev.postern.examples.standin;
