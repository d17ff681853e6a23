import { onRealCluster } from '../support/on-cluster.ts';
import { API_SUITES, apiSuites } from './suites.ts';

onRealCluster(apiSuites(Object.values(API_SUITES).flat()));
