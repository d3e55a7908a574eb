/** Other forms of the gateway's API, which clients of model vendors speak. Each form has a package of its own. */
package dev.postern.server.door;
