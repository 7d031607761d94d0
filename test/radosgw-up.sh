#!/usr/bin/env bash
# A real S3 server without a container engine: one Ceph monitor, one OSD and the RADOS gateway, on loopback.
#   apt-get install -y --no-install-recommends ceph-mon ceph-osd ceph-common radosgw
#   radosgw-up.sh DIR PORT MONITOR_PORT     starts in about 20 s as root; stop: kill $(cat DIR/run/*.pid)
# Access key `appkey`, secret `appsecretappsecret`: it is reached from this machine alone and lives as long as a test.
set -euo pipefail
D=$(realpath -m "${1:?directory for its data}") PORT=${2:?port of the gateway} MONITOR=v2:127.0.0.1:${3:?port of the monitor}
mkdir -p "$D"/{mon,osd,run,log}; cd "$D"
FSID=$(cat /proc/sys/kernel/random/uuid)
cat > ceph.conf <<C
[global]
fsid = $FSID
mon host = [$MONITOR]
public addr = 127.0.0.1
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = $D/keyring
run dir = $D/run
admin socket =
log file = $D/log/\$name.log
pid file = $D/run/\$name.pid
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 2000
setuser match path = $D
[mon.a]
mon data = $D/mon
[osd]
osd data = $D/osd
osd objectstore = bluestore
bluestore block size = 4294967296
bluestore fsck on mount = false
osd memory target = 1073741824
[client.rgw.a]
rgw frontends = beast endpoint=127.0.0.1:$PORT
rgw thread pool size = 32
rgw enable usage log = false
C
export CEPH_CONF=$D/ceph.conf
monmaptool --create --addv a "[$MONITOR]" --fsid "$FSID" monmap >/dev/null
ceph-authtool -C keyring --gen-key -n mon. --cap mon 'allow *' >/dev/null
ceph-authtool keyring --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' >/dev/null
ceph-authtool keyring --gen-key -n client.rgw.a --cap mon 'allow rwx' --cap osd 'allow rwx' >/dev/null
ceph-authtool keyring --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *' >/dev/null
ceph-mon --mkfs -i a --monmap monmap --keyring keyring
ceph-mon -i a
ID=$(ceph osd create "$FSID")
ceph-osd -i "$ID" --mkfs --osd-uuid "$FSID" >log/mkfs.log 2>&1
ceph-osd -i "$ID" >/dev/null
ceph osd crush add "osd.$ID" 1.0 root=default host=h >/dev/null 2>&1
radosgw -n client.rgw.a
for _ in $(seq 600); do
  if (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; then break; fi
  sleep 0.1
done
radosgw-admin user create --uid=app --display-name=app --access-key=appkey --secret=appsecretappsecret >/dev/null 2>&1
