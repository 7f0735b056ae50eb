#!/usr/bin/python3
"""slix.py HOST PORT direct|starttls CA_FILE JID PASSWORD MECHANISM PEER TEXT: Slixmpp against a server.

Logs in, asks the server for the roster, what it is and for a ping, sends TEXT to PEER and waits for the answer. Prints a line for each step; exit
status 0 only if all went well.
"""
import asyncio
import sys

import slixmpp

host, port, how, ca, jid, password, mechanism, peer, text = sys.argv[1:]
direct = how == "direct"


class Client(slixmpp.ClientXMPP):
    def __init__(self):
        super().__init__(jid, password, sasl_mech=mechanism)
        for plugin in ("xep_0030", "xep_0115", "xep_0199"):
            self.register_plugin(plugin)
        self.ca_certs = ca
        self.up = asyncio.get_event_loop().create_future()
        self.inbox = asyncio.Queue()
        self.add_event_handler("session_start", lambda _: self.up.done() or self.up.set_result(True))
        self.add_event_handler("failed_all_auth", lambda _: self.fail("login refused"))
        self.add_event_handler("connection_failed", lambda e: self.fail("no connection: %s" % e))
        self.add_event_handler("message", self.inbox.put_nowait)

    def fail(self, why):
        if not self.up.done():
            self.up.set_exception(Exception(why))


async def main():
    c = Client()
    c.connect((host, int(port)), use_ssl=direct, force_starttls=not direct, disable_starttls=direct)
    await asyncio.wait_for(c.up, 10)
    print("login", c["feature_mechanisms"].mech.name, c.boundjid.bare, flush=True)
    roster = await c.get_roster(timeout=10)
    print("roster", len(roster["roster"]["items"]), flush=True)
    info = await c["xep_0030"].get_info(jid=c.boundjid.host, timeout=10)
    print("disco", sorted((i[0], i[1]) for i in info["disco_info"]["identities"]), flush=True)
    await c["xep_0199"].send_ping(c.boundjid.host, timeout=10)
    print("ping", flush=True)
    c.send_presence()
    c.send_message(mto=peer, mbody=text, mtype="chat")
    answer = await asyncio.wait_for(c.inbox.get(), 10)
    print("answer", answer["from"].bare, answer["body"], flush=True)
    await c.disconnect()


asyncio.get_event_loop().run_until_complete(asyncio.wait_for(main(), 40))
