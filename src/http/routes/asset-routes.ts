import { Router } from 'express';
import { iconAddress, styleAddress } from '../style/asset-addresses.ts';
import { icon } from '../style/icon.ts';
import { stylesheet } from '../style/stylesheet.ts';

/** Their addresses carry a hash of the content, so a browser may keep them. */
const keep = 'public, max-age=604800';

export function assetRoutes(): Router {
  const router = Router();
  router.get(pathOf(styleAddress), (_request, response) => {
    response.set('Cache-Control', keep).type('css').send(stylesheet);
  });
  router.get(pathOf(iconAddress), (_request, response) => {
    response.set('Cache-Control', keep).type('svg').send(icon);
  });
  return router;
}

function pathOf(address: string): string {
  return address.replace(/\?.*/, '');
}
