"""Feeds a stream to Slixmpp as its transport would, and prints what a stanza costs.

usage: slix.py STREAM STANZAS none|plugins|fields SECONDS

none registers no plugin; plugins registers fifteen; fields also reads what the Go structs hold. What would be sent is forgotten, caps queries and automatic
acknowledgements are off: their requests would pile up.
"""

import asyncio
import json
import logging
import resource
import sys
import time

import slixmpp

PLUGINS = ['xep_0004', 'xep_0030', 'xep_0045', 'xep_0059', 'xep_0060', 'xep_0071', 'xep_0085', 'xep_0115', 'xep_0184', 'xep_0198', 'xep_0199', 'xep_0280',
           'xep_0297', 'xep_0313', 'xep_0359']
CHUNK = 16 << 10


class Nowhere:
    """A transport that forgets."""

    def write(self, data):
        pass

    def get_extra_info(self, name, default=None):
        return default

    def is_closing(self):
        return False

    def close(self):
        pass

    abort = close


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def read_message(msg):
    out = [msg['from'], msg['to'], msg['id'], msg['type'], msg['lang'], msg['body'], msg['chat_state'], msg['request_receipt'],
           msg['origin_id']['id'], msg['stanza_id']['id'], msg['stanza_id']['by']]
    if msg.get_plugin('mam_result', check=True):
        result = msg['mam_result']
        inner = result['forwarded']['stanza']
        out += [result['id'], result['queryid'], result['forwarded']['delay']['stamp'], inner['from'], inner['to'], inner['id'], inner['body'],
                inner['chat_state']]
    if msg.get_plugin('html', check=True):
        out.append(msg['html']['body'])
    return out


def read_presence(pres):
    out = [pres['from'], pres['to'], pres['id'], pres['lang'], pres['type'], pres['show'], pres['status'], pres['priority']]
    if pres.get_plugin('caps', check=True):
        out += [pres['caps']['hash'], pres['caps']['node'], pres['caps']['ver']]
    if pres.get_plugin('muc', check=True):
        out += [pres['muc']['affiliation'], pres['muc']['role'], pres['muc']['jid'], pres['muc']['status_codes']]
    return out


def read_iq(iq):
    out = [iq['from'], iq['to'], iq['id'], iq['type']]
    if iq.get_plugin('roster', check=True):
        out += [iq['roster']['ver'], iq['roster']['items']]
    if iq.get_plugin('disco_info', check=True):
        out += [iq['disco_info']['node'], iq['disco_info']['identities'], iq['disco_info']['features']]
    if iq.get_plugin('pubsub_owner', check=True):
        configure = iq['pubsub_owner']['configure']
        form = configure['form']
        out += [configure['node'], form['type'], form['title']]
        for field in form.get_fields().values():
            out += [field['var'], field['type'], field['label'], field['value'], field['options']]
    return out


def read(stanza):
    if isinstance(stanza, slixmpp.Message):
        read_message(stanza)
    elif isinstance(stanza, slixmpp.Presence):
        read_presence(stanza)
    elif isinstance(stanza, slixmpp.Iq):
        read_iq(stanza)
    elif stanza.name == 'a':
        stanza['h']
    return stanza


def client(mode):
    xmpp = slixmpp.ClientXMPP('juliet@example.com/balcony.7Q2x', 'secret')
    if mode != 'none':
        for name in PLUGINS:
            xmpp.register_plugin(name)
        xmpp['xep_0184'].auto_ack = False
        xmpp.del_event_handler('entity_caps', xmpp['xep_0115']._process_caps)
        for name in ('Stream Management Ack', 'Stream Management Request Ack'):
            xmpp.remove_handler(name)
    return xmpp


async def measure(data, stanzas, mode, seconds):
    xmpp = client(mode)
    seen = 0

    def count(stanza):
        nonlocal seen
        seen += 1
        return read(stanza) if mode == 'fields' else stanza

    xmpp.add_filter('in', count)

    async def once():
        xmpp.transport = Nowhere()
        xmpp.init_parser()
        xmpp.start_stream_handler = lambda root: None
        xmpp.abort = lambda: None
        for i in range(0, len(data), CHUNK):
            xmpp.data_received(data[i:i + CHUNK])
            await asyncio.sleep(0)
            while not xmpp.waiting_queue.empty():
                xmpp.waiting_queue.get_nowait()

    await once()
    if seen != stanzas:
        sys.exit('%d stanzas of %d' % (seen, stanzas))
    rounds, start, began = 0, cpu(), time.monotonic()
    while time.monotonic() - began < seconds or rounds == 0:
        await once()
        rounds += 1
    return (cpu() - start) / rounds / stanzas


def main():
    logging.disable(logging.CRITICAL)
    with open(sys.argv[1], 'rb') as f:
        data = f.read()
    took = asyncio.get_event_loop().run_until_complete(measure(data, int(sys.argv[2]), sys.argv[3], float(sys.argv[4])))
    print(json.dumps({'ns': took * 1e9}))


main()
